/** Sizes of Python objects and C types; knows no run and no session. */
import { Module } from '@nestjs/common';
import { SizeofController } from './sizeof.controller.js';
import { SizeofService } from './sizeof.service.js';

@Module({ controllers: [SizeofController], providers: [SizeofService] })
export class SizeofModule {}
