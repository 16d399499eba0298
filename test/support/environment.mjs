/**
 * Node, and a DATA_DIR for this test file alone. It goes away after the file's last hook, whether its tests passed or not.
 * A DATABASE_URL of the person who runs the tests is none of theirs.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { TestEnvironment } from 'jest-environment-node';
import { postgresIn } from './test-run.mjs';

export default class DataDirectoryEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.folder = mkdtempSync(path.join(process.env.HEAPCAST_TEST_RUN, 'file-'));
    chmodSync(this.folder, 0o755);
    this.global.process.env.DATA_DIR = path.join(this.folder, 'data');
    delete this.global.process.env.DATABASE_URL;
  }

  async teardown() {
    // Data that is still in use stays for the end of the run, which reports it.
    if (this.folder && postgresIn(this.folder).length === 0) {
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    }
    await super.teardown();
  }
}
