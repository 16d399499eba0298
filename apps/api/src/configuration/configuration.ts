/**
 * Everything that can be set from outside, with the defaults that `npm start` runs with. Limits protect the process:
 * whatever a client sends, memory, time and disk stay bounded. `docs/configuration.md` is written from this file.
 */
import { SettingGroup } from './setting.js';

const service = new SettingGroup('Service');
const database = new SettingGroup('Database');
const bodies = new SettingGroup('Requests and uploads');
const replay = new SettingGroup('Replay and runs');
const sessions = new SettingGroup('Sessions and streaming');
const programs = new SettingGroup('Programs');
const snippets = new SettingGroup('Snippets');
const classrooms = new SettingGroup('Classrooms');
const access = new SettingGroup('Access');

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const KIB = 2 ** 10;

export class Configuration {
  @service.text(
    'HOST',
    /^[\w.:-]+$/,
    'must be an address or a host name',
    'Address to listen on. The default is reached from this machine only; `0.0.0.0` (as in the container image) listens on every interface.',
  )
  readonly host: string = '127.0.0.1';

  @service.integer('PORT', 0, 65_535, 'Port to listen on; 0 takes any free one.')
  readonly port: number = 3000;

  @service.choice(
    'LOG_LEVEL',
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'Lowest level that is logged, as JSON lines on standard error. `debug` logs every request.',
  )
  readonly logLevel: string = 'info';

  @service.integer('SHUTDOWN_GRACE_SECONDS', 1, 600, 'How long requests in flight may take to end after SIGTERM.')
  readonly shutdownGraceSeconds: number = 10;

  @service.switch(
    'DEMO',
    'On an empty database, load one bundled real trace as a run, measure one scenario and open one demo session.',
  )
  readonly demo: boolean = true;

  @database.text('DATA_DIR', /^.+$/, 'must not be empty', 'Folder of the embedded PostgreSQL.')
  readonly dataDir: string = '.data';

  @database.text(
    'DATABASE_URL',
    /^postgres(ql)?:\/\/.+$/,
    'must be a postgresql:// URL',
    'PostgreSQL server to use instead of the embedded one.',
  )
  readonly databaseUrl: string | undefined = undefined;

  @database.integer('DATABASE_CONNECTIONS', 2, 200, 'Largest number of connections to the database.')
  readonly databaseConnections: number = 10;

  @bodies.bytes('BODY_LIMIT', KIB, GIB, 'Largest JSON body.')
  readonly bodyLimit: number = 4 * MIB;

  @bodies.bytes('UPLOAD_LIMIT', KIB, 1024 * GIB, 'Largest trace upload, in bytes as sent (compressed or not).')
  readonly uploadLimit: number = 2 * GIB;

  @bodies.bytes('TRACE_BYTES_LIMIT', KIB, 1024 * GIB, 'Largest trace upload after decompression.')
  readonly traceBytesLimit: number = 8 * GIB;

  @bodies.integer('TRACE_EVENTS_LIMIT', 1, 4_000_000_000, 'Most requests in one trace.')
  readonly traceEventsLimit: number = 500_000_000;

  @bodies.integer('TRACE_SITES_LIMIT', 0, 16_777_216, 'Most call sites in one trace.')
  readonly traceSitesLimit: number = 262_144;

  @bodies.integer('TRACE_NAMES_LIMIT', 0, 1_000_000_000, 'Most names of blocks and labels of marks in one trace.')
  readonly traceNamesLimit: number = 10_000_000;

  @bodies.bytes('TRACE_LINE_LIMIT', 64, GIB, 'Longest line of a text trace, and longest header of a binary one.')
  readonly traceLineLimit: number = MIB;

  @bodies.integer('CONCURRENT_UPLOADS', 1, 1000, 'Uploads that are read at the same time; more are told to come back.')
  readonly concurrentUploads: number = 16;

  @bodies.integer('UPLOAD_IDLE_SECONDS', 1, 3600, 'An upload that sends nothing for so long is dropped.')
  readonly uploadIdleSeconds: number = 30;

  @bodies.integer('REQUEST_TIMEOUT_SECONDS', 1, 86_400, 'Longest time for one whole request to arrive.')
  readonly requestTimeoutSeconds: number = 3600;

  @replay.integer('REPLAY_THREADS', 0, 256, 'Worker threads for simulation; 0 = one per core.')
  readonly replayThreads: number = 0;

  @replay.bytes('CHECKPOINT_BYTES', MIB, 64 * GIB, 'Memory for checkpoints (time travel) of all runs and sessions.')
  readonly checkpointBytes: number = 256 * MIB;

  @replay.bytes('CHUNK_CACHE_BYTES', MIB, 64 * GIB, 'Memory for trace chunks read from the database, packed.')
  readonly chunkCacheBytes: number = 64 * MIB;

  @replay.integer('CONCURRENT_RUNS', 1, 256, 'Runs that are executed at the same time; others wait.')
  readonly concurrentRuns: number = 2;

  @replay.integer('WAITING_RUNS_LIMIT', 1, 1_000_000, 'Runs that may wait; more are told to come back.')
  readonly waitingRunsLimit: number = 1000;

  @replay.integer('OPEN_RUNS_LIMIT', 1, 100_000, 'Runs kept open for looking into; the one unused longest is closed.')
  readonly openRunsLimit: number = 64;

  @replay.integer('CURVE_POINTS', 16, 100_000, 'Points of the stored curve of a run.')
  readonly curvePoints: number = 1000;

  @replay.integer('HEAP_ITEMS_LIMIT', 1, 1_000_000, 'Most arenas, pools or blocks in one heap answer.')
  readonly heapItemsLimit: number = 10_000;

  @replay.integer('EVENTS_PAGE_LIMIT', 1, 10_000_000, 'Most events in one answer.')
  readonly eventsPageLimit: number = 65_536;

  @sessions.integer('SESSIONS_LIMIT', 1, 100_000_000, 'Most sessions that are not finished.')
  readonly sessionsLimit: number = 100_000;

  @sessions.integer('SESSION_EVENTS_LIMIT', 1, 1_000_000_000, 'Most requests in one session.')
  readonly sessionEventsLimit: number = 10_000_000;

  @sessions.integer('BATCH_LIMIT', 1, 1_000_000, 'Most requests in one batch.')
  readonly batchLimit: number = 10_000;

  @sessions.integer(
    'SESSION_QUEUE_LIMIT',
    1,
    10_000_000,
    'Most requests that wait in one session; more are told to come back.',
  )
  readonly sessionQueueLimit: number = 50_000;

  @sessions.integer('SESSION_IDLE_SECONDS', 1, 86_400, 'A session unused for so long leaves memory until it is wanted.')
  readonly sessionIdleSeconds: number = 60;

  @sessions.integer('RESIDENT_SESSIONS_LIMIT', 1, 1_000_000, 'Most sessions in memory at once.')
  readonly residentSessionsLimit: number = 500;

  @sessions.integer('SUBSCRIBERS_LIMIT', 1, 1_000_000, 'Most subscribers of all sessions together.')
  readonly subscribersLimit: number = 10_000;

  @sessions.integer('SESSION_SUBSCRIBERS_LIMIT', 1, 1_000_000, 'Most subscribers of one session.')
  readonly sessionSubscribersLimit: number = 1000;

  @sessions.bytes(
    'SUBSCRIBER_BUFFER',
    16 * KIB,
    GIB,
    'Bytes waiting for a subscriber before it is moved to state frames.',
  )
  readonly subscriberBuffer: number = 512 * KIB;

  @sessions.bytes('SOCKET_MESSAGE_LIMIT', KIB, GIB, 'Largest message that a socket client may send.')
  readonly socketMessageLimit: number = MIB;

  @programs.integer('ENGINE_THREADS', 0, 64, 'Worker threads for programs; 0 = one less than cores, at most 4.')
  readonly engineThreads: number = 0;

  @programs.integer('RESIDENT_PROGRAMS_LIMIT', 1, 100_000, 'Most programs in memory at once.')
  readonly residentProgramsLimit: number = 200;

  @programs.bytes('PROGRAM_BYTES', 16 * MIB, 64 * GIB, 'Memory for programs, about half of it for going back in them.')
  readonly programBytes: number = 256 * MIB;

  @programs.integer(
    'COMPARISONS_LIMIT',
    1,
    1_000_000,
    'Comparisons of collection policies that are kept; the oldest is forgotten, its runs stay.',
  )
  readonly comparisonsLimit: number = 10_000;

  @snippets.choice(
    'SNIPPETS',
    ['auto', 'on', 'off'],
    'Whether clients may have code run in the sandbox. `auto`: if every layer of the sandbox is in force on this host. `on`: also where a child cannot be cut off from the network here, because the whole service is (a container without egress).',
  )
  readonly snippets: string = 'auto';

  @snippets.integer('SNIPPETS_CONCURRENCY', 1, 64, 'Snippets that run at the same time; others wait.')
  readonly snippetsConcurrency: number = 2;

  @snippets.integer('SNIPPETS_WAITING', 0, 10_000, 'Snippets that may wait; more are told to come back.')
  readonly snippetsWaiting: number = 16;

  @snippets.integer('SNIPPETS_WARM', 0, 32, 'Python children kept started for the next snippets, about 200 MB each.')
  readonly snippetsWarm: number = 1;

  @snippets.integer(
    'SNIPPETS_WARM_COMPILERS',
    0,
    8,
    'C and C++ compilers kept started, from the first such snippet on until there was none for ten minutes; about 350 MB each.',
  )
  readonly snippetsWarmCompilers: number = 1;

  @snippets.integer('SNIPPET_SECONDS_LIMIT', 1, 3600, 'Longest time that a snippet may run.')
  readonly snippetSecondsLimit: number = 30;

  @snippets.bytes('SNIPPET_MEMORY_LIMIT', 16 * MIB, 2 * GIB, 'Most memory of a snippet, its interpreter included.')
  readonly snippetMemoryLimit: number = 256 * MIB;

  @snippets.integer('SNIPPET_EVENTS_LIMIT', 1, 100_000_000, 'Most requests of a snippet.')
  readonly snippetEventsLimit: number = 8_000_000;

  @snippets.integer('SNIPPET_LINES_LIMIT', 0, 10_000_000, 'Most executed lines that are recorded of a snippet.')
  readonly snippetLinesLimit: number = 200_000;

  @snippets.bytes('SNIPPET_OUTPUT_LIMIT', 0, 16 * MIB, 'Most bytes that a snippet may print.')
  readonly snippetOutputLimit: number = 256 * KIB;

  @snippets.bytes('SNIPPET_SOURCE_LIMIT', 1, 4 * MIB, 'Longest source of a snippet.')
  readonly snippetSourceLimit: number = 64 * KIB;

  @classrooms.integer('CLASSROOMS_LIMIT', 1, 10_000_000, 'Most classrooms that are open.')
  readonly classroomsLimit: number = 10_000;

  @classrooms.integer('RESIDENT_CLASSROOMS_LIMIT', 1, 1_000_000, 'Classrooms in memory that nobody is connected to.')
  readonly residentClassroomsLimit: number = 1000;

  @classrooms.integer('CLASSROOM_PEOPLE_LIMIT', 1, 10_000, 'Most people in one classroom.')
  readonly classroomPeopleLimit: number = 500;

  @classrooms.integer('CLASSROOM_COPIES_LIMIT', 1, 10_000, 'Most copies that one person takes in a classroom.')
  readonly classroomCopiesLimit: number = 20;

  @classrooms.integer('CLASSROOM_COPY_EVENTS_LIMIT', 1, 500_000_000, 'Most events that a copy begins with.')
  readonly classroomCopyEventsLimit: number = 1_000_000;

  @classrooms.integer(
    'CLASSROOM_COPY_DAYS',
    0,
    36_500,
    'Days after the end of its class, or after its last change if that is later, that a copy is kept.',
  )
  readonly classroomCopyDays: number = 30;

  @classrooms.integer(
    'JOINS_LIMIT',
    1,
    1_000_000,
    'People who may join one classroom in ten seconds; 4 times as many all.',
  )
  readonly joinsLimit: number = 250;

  @classrooms.integer(
    'WRONG_CODES_LIMIT',
    1,
    1_000_000,
    'Wrong join codes in ten minutes from one address; 50 times as many from all together.',
  )
  readonly wrongCodesLimit: number = 20;

  @access.list(
    'API_KEYS',
    /^[\x21-\x7e]{16,512}$/,
    'each key must have 16 to 512 printable characters',
    'Service-wide keys. When set, a request must carry one in `X-API-Key` (see `API_KEYS_FOR`).',
  )
  readonly apiKeys: readonly string[] = [];

  @access.choice(
    'API_KEYS_FOR',
    ['everything', 'writes'],
    'What needs a key when `API_KEYS` is set: everything under `/v1`, or only what changes something.',
  )
  readonly apiKeysFor: string = 'everything';

  @access.list(
    'CORS_ORIGINS',
    /^(\*|https?:\/\/[^\s/]+)$/,
    'each origin must look like https://example.org, or be *',
    'Origins whose pages may call the service from a browser; empty = none.',
  )
  readonly corsOrigins: readonly string[] = [];

  @access.integer('TRUST_PROXY', 0, 16, 'Proxies in front of the service whose `X-Forwarded-For` is believed.')
  readonly trustProxy: number = 0;

  @access.integer('RATE_LIMIT_READS', 0, 1_000_000_000, 'Reads a minute and client; 0 = no limit.')
  readonly rateLimitReads: number = 600_000;

  @access.integer('RATE_LIMIT_WRITES', 0, 1_000_000_000, 'Writes a minute and client; 0 = no limit.')
  readonly rateLimitWrites: number = 600_000;

  @access.integer(
    'RATE_LIMIT_UPLOADS',
    0,
    1_000_000_000,
    'Trace uploads and new runs a minute and client; 0 = no limit.',
  )
  readonly rateLimitUploads: number = 1200;

  @access.integer('RATE_LIMIT_SNIPPETS', 0, 1_000_000_000, 'New snippets a minute and client; 0 = no limit.')
  readonly rateLimitSnippets: number = 120;

  @access.integer('RATE_LIMIT_SESSIONS', 0, 1_000_000_000, 'New sessions and forks a minute and client; 0 = no limit.')
  readonly rateLimitSessions: number = 12_000;
}
