/**
 * A real Chromium, for tests and pictures of the pages: the one that is installed (CHROMIUM names another), else the one that an
 * npm package ships, with the libraries that a bare machine lacks.
 *
 *     const browser = await openBrowser();
 *     const page = await browser.newPage();
 *     await browser.close();
 */
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** It runs as root too, in containers without a GPU, and is to call nobody but the service. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @throws Error that says in one line what to install */
export async function openBrowser(): Promise<Browser> {
  const installed = [process.env.CHROMIUM, ...INSTALLED].find((file) => file !== undefined && existsSync(file));
  try {
    return await chromium.launch(installed === undefined ? await shipped() : options(installed));
  } catch (error) {
    throw new Error(`A browser is needed: install Chromium, or say where one is in CHROMIUM. ${String(error)}`, {
      cause: error,
    });
  }
}

function options(executablePath: string): LaunchOptions {
  return { executablePath, args: ARGUMENTS };
}

async function shipped(): Promise<LaunchOptions> {
  // The package unpacks the libraries only where it believes to be in the cloud that it was made for.
  const believes = process.env.AWS_EXECUTION_ENV;
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    const executablePath = await packed.executablePath();
    const libraries = path.join(os.tmpdir(), 'al2023', 'lib');
    return {
      executablePath,
      args: [...ARGUMENTS, '--headless=shell', '--single-process', '--no-zygote'],
      env: { ...process.env, LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, libraries].filter(Boolean).join(':') },
    };
  } finally {
    if (believes === undefined) delete process.env.AWS_EXECUTION_ENV;
    else process.env.AWS_EXECUTION_ENV = believes;
  }
}
