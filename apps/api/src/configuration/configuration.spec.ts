import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { Configuration } from './configuration.js';
import { configure, ConfigurationError, readConfiguration } from './environment.js';
import { configurationReference } from './reference.js';
import { settings } from './setting.js';

describe('configuration', () => {
  it('is the defaults when nothing is set, and the defaults are valid', () => {
    expect(readConfiguration({})).toEqual(new Configuration());
    expect(readConfiguration({ PORT: '', HOST: ' ' })).toEqual(new Configuration());
  });

  it('has a setting for every field', () => {
    const described = settings.map(({ property }) => property);
    expect(described.sort()).toEqual(Object.keys(new Configuration()).sort());
  });

  it('reads numbers, bytes with units, switches and lists', () => {
    const read = readConfiguration({
      PORT: '8080',
      BODY_LIMIT: '512KiB',
      UPLOAD_LIMIT: '3 GiB',
      DEMO: 'off',
      CORS_ORIGINS: 'https://a.example, http://localhost:5173',
    });
    expect(read).toMatchObject({
      port: 8080,
      bodyLimit: 524_288,
      uploadLimit: 3 * 2 ** 30,
      demo: false,
      corsOrigins: ['https://a.example', 'http://localhost:5173'],
    });
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '3e3'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['BODY_LIMIT', '1MB'],
    ['BODY_LIMIT', '0'],
    ['LOG_LEVEL', 'loud'],
    ['DEMO', 'maybe'],
    ['DATABASE_URL', 'mysql://x'],
    ['CORS_ORIGINS', 'example.org'],
    ['HOST', 'a b'],
  ])('refuses %s=%s and names the variable', (variable, value) => {
    expect(() => readConfiguration({ [variable]: value })).toThrow(ConfigurationError);
    expect(() => readConfiguration({ [variable]: value })).toThrow(new RegExp(`${variable}=`));
  });

  it('says everything that is wrong at once, and never prints a key', () => {
    try {
      readConfiguration({ PORT: 'x', API_KEYS: 'short-secret', DATABASE_URL: 'mysql://u:short-secret@h/d' });
      throw new Error('was accepted');
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as ConfigurationError).complaints).toHaveLength(3);
      expect((error as Error).message).not.toContain('short-secret');
    }
  });

  it('checks values given in code as well', () => {
    expect(configure({ port: 0 }).port).toBe(0);
    expect(() => configure({ port: -1 })).toThrow(/PORT/);
  });

  it('is documented completely: docs/configuration.md is what the code says', () => {
    const file = 'docs/configuration.md';
    if (process.env.WRITE_DOCS === '1') writeFileSync(file, configurationReference());
    expect(readFileSync(file, 'utf8')).toBe(configurationReference());
  });
});
