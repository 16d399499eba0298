import { Module } from '@nestjs/common';
import { ProfilingModule } from '../profiling/profiling.module.js';
import { RunMapsController, SessionMapsController } from './maps.controller.js';

@Module({ imports: [ProfilingModule], controllers: [RunMapsController, SessionMapsController] })
export class MapsModule {}
