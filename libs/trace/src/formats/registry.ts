/** The formats there are. A new one is a reader, a writer and an entry here. */
import type { FormatName, TraceFormat } from './format.js';
import { ColumnsReader } from './columns-reader.js';
import { writeColumns } from './columns-writer.js';
import { NdjsonReader } from './ndjson-reader.js';
import { writeNdjson } from './ndjson-writer.js';
import { Pmtrace1Reader } from './pmtrace1-reader.js';
import { pmtrace1Losses, writePmtrace1 } from './pmtrace1-writer.js';
import { RepReader } from './rep-reader.js';
import { repLosses, writeRep } from './rep-writer.js';

export const formats: Readonly<Record<FormatName, TraceFormat>> = {
  ndjson: {
    name: 'ndjson',
    title: 'One JSON object a line: the easiest to write and to read',
    contentTypes: ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'],
    extension: 'ndjson',
    reader: (sink, limits) => new NdjsonReader(sink, limits),
    writer: writeNdjson,
    losses: () => [],
  },
  columns: {
    name: 'columns',
    title: 'Raw little-endian columns in blocks: the fastest',
    contentTypes: ['application/vnd.heapcast.columns'],
    extension: 'hcols',
    reader: (sink, limits) => new ColumnsReader(sink, limits),
    writer: writeColumns,
    losses: () => [],
  },
  pmtrace1: {
    name: 'pmtrace1',
    title: 'PMTRACE1: recordings of a real CPython',
    contentTypes: ['application/vnd.heapcast.pmtrace1'],
    extension: 'trace',
    reader: (sink, limits) => new Pmtrace1Reader(sink, limits),
    writer: writePmtrace1,
    losses: pmtrace1Losses,
  },
  rep: {
    name: 'rep',
    title: 'CS:APP .rep text: traces of the malloc lab',
    contentTypes: ['text/x-malloc-rep', 'application/x-malloc-rep'],
    extension: 'rep',
    reader: (sink, limits) => new RepReader(sink, limits),
    writer: writeRep,
    losses: repLosses,
  },
};

export const formatList: readonly TraceFormat[] = Object.values(formats);

/** The format of that name, or null. */
export function formatByName(name: string): TraceFormat | null {
  return formatList.find((format) => format.name === name) ?? null;
}

/** The format of a content type (parameters and case do not matter), or null. */
export function formatByContentType(contentType: string): TraceFormat | null {
  const bare = contentType.split(';', 1)[0].trim().toLowerCase();
  return formatList.find((format) => format.contentTypes.includes(bare)) ?? null;
}
