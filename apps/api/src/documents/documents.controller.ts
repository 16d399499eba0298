/** `/docs`: a page to read and try the API, made of files that ship with the service, and the documents themselves. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { dump } from 'js-yaml';
import { notFound } from '../problems/index.js';
import { asyncApiDocument } from './asyncapi.js';
import { OpenApi } from './open-api.js';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Heapcast API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script>
</body>
</html>
`;

const START = `window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: '/docs/openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
};
`;

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const folder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

@ApiTags('Operations')
@Controller('docs')
export class DocumentsController {
  constructor(private readonly openApi: OpenApi) {}

  @Get()
  @ApiExcludeEndpoint()
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('text/html; charset=utf-8');
    return PAGE;
  }

  @Get('assets/:file')
  @ApiExcludeEndpoint()
  async asset(@Param('file') file: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer | string> {
    if (file === 'start.js') {
      void reply.type('text/javascript; charset=utf-8');
      return START;
    }
    const type = ASSETS[file];
    if (type === undefined) throw notFound('file', file);
    void reply.type(type).header('cache-control', 'public, max-age=3600');
    return readFile(path.join(folder, file));
  }

  @Get('openapi.json')
  @ApiOperation({ operationId: 'openapi', summary: 'This document' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true, example: { openapi: '3.1.0' } } })
  openApiJson(): OpenAPIObject {
    return this.openApi.document();
  }

  @Get('openapi.yaml')
  @ApiOperation({ operationId: 'openapiYaml', summary: 'This document as YAML' })
  @ApiOkResponse({ content: { 'application/yaml': { schema: { type: 'string' }, example: 'openapi: 3.1.0\n' } } })
  openApiYaml(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('application/yaml; charset=utf-8');
    return dump(this.openApi.document(), { skipInvalid: true, noRefs: true });
  }

  @Get('asyncapi.json')
  @ApiOperation({ operationId: 'asyncapi', summary: 'What travels over the socket, as AsyncAPI' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true, example: { asyncapi: '3.0.0' } } })
  asyncApi(): unknown {
    return asyncApiDocument();
  }
}
