/** What each error means. `AllowedMethods` is filled while routes are registered, before this module is made. */
import { type DynamicModule, Module } from '@nestjs/common';
import { AllowedMethods } from './allowed-methods.js';
import { ProblemsController } from './problems.controller.js';

@Module({})
export class ProblemsModule {
  static with(methods: AllowedMethods): DynamicModule {
    return {
      module: ProblemsModule,
      controllers: [ProblemsController],
      providers: [{ provide: AllowedMethods, useValue: methods }],
    };
  }
}
