/** Answers questions about sizes: rows of the table, each joined with the blocks that pymalloc would give. */
import { Injectable } from '@nestjs/common';
import {
  basicTypeNames,
  type Build,
  cSize,
  dataModels,
  Expression,
  type ExpressionSize,
  findPythonType,
  growthSteps,
  isIn,
  type PythonSize,
  pythonSize,
  pythonType,
  pythonTypes,
  type Request,
  SizeofError,
  structLayout,
  type TypeDefinition,
  versions,
} from '@heapcast/sizeof';
import { invalid } from '../problems/index.js';
import { type BuildChoice, buildsOf, platformsOf } from './builds.js';
import { blockOf, totals } from './pymalloc-blocks.js';
import type { GrowthQueryDto, SizeofQueryDto } from './sizeof-query.dto.js';
import { sized } from './sizeof-problem.js';
import type { GrowthDto, SizedTypesDto } from './sized-types.dto.js';
import type { PartDto, RequestDto, SizeofDto, SizeRowDto } from './sizeof.dto.js';

/** Objects of an expression that are listed, in the only row or in each of several. */
const LISTED_ALONE = 100;
const LISTED_EACH = 10;

@Injectable()
export class SizeofService {
  /** @throws ProblemException `invalid-request` */
  sizeof(query: SizeofQueryDto): SizeofDto {
    const { type, expression, ctype } = query;
    const given = [type, expression, ctype].filter((one) => one !== undefined);
    if (given.length !== 1) throw invalid('type', 'must be given, or `expression`, or `ctype`: one of the three');
    const python = type === undefined ? undefined : findPythonType(type);
    if (python) return sized(() => this.#type(python, query));
    if (type !== undefined) return sized(() => this.#asC(type, query));
    withoutCount(query);
    return expression === undefined
      ? sized(() => this.#ctype(ctype ?? '', query), 'ctype')
      : sized(() => this.#expression(expression, query));
  }

  /** @throws ProblemException `invalid-request` */
  growth(query: GrowthQueryDto): GrowthDto {
    return sized(() => {
      const { n = 100 } = query;
      const type = pythonType(query.type);
      const variant = query.variant ?? type.grows?.[0] ?? '';
      const table = present(type, buildsOf(query)).map(({ version, model }) => {
        const { steps, complete } = growthSteps(type, { version, model }, n, variant);
        return { version, platform: model.platform, steps, complete };
      });
      return { type: type.name, variant, n, table };
    });
  }

  types(): SizedTypesDto {
    return {
      versions,
      platforms: dataModels.map(({ name, platform, title }) => ({ name: platform, dataModel: name, title })),
      types: pythonTypes.map((type) => ({
        name: type.name,
        title: type.title,
        group: type.group,
        aliases: type.aliases ?? [],
        versions: versions.filter((version) => isIn(type, version)),
        n: type.count,
        variants: type.variants ?? [],
        grows: type.grows ?? [],
        assumes: type.assumes,
      })),
      ctypes: basicTypeNames,
    };
  }

  #type(type: TypeDefinition, query: SizeofQueryDto): SizeofDto {
    const builds = present(type, buildsOf(query));
    const { n, variant } = query;
    const sizes = builds.map(({ version, model }) => pythonSize(type.name, { version, dataModel: model, n, variant }));
    const [first] = sizes;
    return {
      type: type.name,
      n: first?.n,
      variant: first?.variant,
      assumes: type.assumes,
      table: sizes.map((size) => pythonRow(size, sizes.length === 1)),
    };
  }

  /** What is no Python type may be a C type: `type=int[10]`. */
  #asC(text: string, query: SizeofQueryDto): SizeofDto {
    try {
      cSize(text, 'lp64');
    } catch {
      pythonType(text);
    }
    withoutCount(query);
    return this.#ctype(text, query);
  }

  #expression(text: string, query: SizeofQueryDto): SizeofDto {
    const expression = new Expression(text);
    const builds = buildsOf(query);
    const listed = builds.length === 1 ? LISTED_ALONE : LISTED_EACH;
    const rows = builds.map(({ version, model }) =>
      expressionRow(expression.size({ version, dataModel: model }), listed),
    );
    return { expression: text, assumes: EXPRESSION_ASSUMES, table: rows };
  }

  #ctype(text: string, { platform, version }: SizeofQueryDto): SizeofDto {
    if (version !== undefined) throw invalid('version', 'has no meaning for a C type');
    const table = platformsOf(platform).map((model): SizeRowDto => {
      const { size, align, fields, padding } = cSize(text, model);
      return { platform: model.platform, dataModel: model.name, size, align, fields, padding, evidence: 'computed' };
    });
    return { ctype: text, table };
  }
}

const EXPRESSION_ASSUMES =
  'Compiled as one piece of code: equal constants are one object. Ints from -5 to 256, None, True, False, ..., empty ' +
  'and one-character strings below U+0100, empty and one-byte bytes and the empty tuple exist already. Containers are ' +
  'followed to their elements, keys and values; a range has none.';

/** @throws ProblemException `invalid-request` when n or a variant is given for something else than a Python type */
function withoutCount(query: SizeofQueryDto): void {
  for (const name of ['n', 'variant'] as const) {
    if (query[name] !== undefined) throw invalid(name, 'has a meaning only with a Python `type`');
  }
}

/** The builds that have the type; when none has, the first so that the answer says why. */
function present(type: TypeDefinition, builds: readonly BuildChoice[]): readonly BuildChoice[] {
  const having = builds.filter(({ version }) => isIn(type, version));
  if (having.length > 0) return having;
  const asked = [...new Set(builds.map(({ version }) => version))].join(', ');
  throw new SizeofError('not-in-version', 'version', `${asked} has no type ${type.name}`);
}

function pythonRow(size: PythonSize, alone: boolean): SizeRowDto {
  const { version, dataModel: model, recorded } = size;
  return {
    version,
    platform: model.platform,
    dataModel: model.name,
    size: size.size,
    formula: size.formula,
    evidence: size.evidence,
    recorded: recorded && { sample: recorded.sample, build: recorded.build, size: recorded.size },
    ...totals(size.requests, version, model),
    requests: size.requests.map((request) => requestOf(request, { version, model }, alone)),
  };
}

function requestOf(request: Request, build: Build, alone: boolean): RequestDto {
  const { what, bytes, times, domain, parts } = request;
  const block = blockOf(request, build.version, build.model);
  return { what, bytes, times, domain, parts: parts.map((part) => partOf(part, build, alone)), block };
}

function partOf(part: Request['parts'][number], build: Build, alone: boolean): PartDto {
  const { what, bytes, counted, formula, struct } = part;
  if (struct === undefined || !alone) return { what, bytes, counted, formula };
  const { source, fields } = structLayout(struct, build);
  return { what, bytes, counted, formula, source, fields };
}

function expressionRow(size: ExpressionSize, listed: number): SizeRowDto {
  const { version, dataModel: model } = size;
  return {
    version,
    platform: model.platform,
    dataModel: model.name,
    size: size.shallow,
    evidence: 'computed',
    deep: {
      size: size.deep,
      objects: size.count,
      shared: { objects: size.shared.count, size: size.shared.size },
      ...totals(size.requested, version, model),
      listed: size.objects.slice(0, listed).map((object) => ({
        source: object.source,
        type: object.type,
        size: object.size,
        formula: object.formula,
        references: object.references,
        isShared: object.isShared,
        isConstant: object.isConstant,
        blocks: object.requests.map((request) => blockOf(request, version, model)),
      })),
    },
  };
}
