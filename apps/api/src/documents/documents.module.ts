import { Module } from '@nestjs/common';
import { DocumentsController } from './documents.controller.js';
import { OpenApi } from './open-api.js';

@Module({ controllers: [DocumentsController], providers: [OpenApi] })
export class DocumentsModule {}
