/* Imported before anything else, and written so that any Node can read it: one clear line instead of a stack trace. */
const [major, minor] = process.versions.node.split('.').map(Number);
const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 23;
if (!supported) {
  process.stderr.write(
    'Heapcast needs Node.js 20.19 or later (of the 22 series, 22.12 or later); this is ' + process.version + '.\n',
  );
  process.exit(1);
}
