export * from './cpython-collector/cycle-collector.js';
export * from './cpython-collector/events.js';
export * from './cpython-collector/rules.js';
export * from './oracle/collector-player.js';
export * from './oracle/collector-script.js';
export * from './oracle/difference.js';
export * from './oracle/script-format-error.js';
