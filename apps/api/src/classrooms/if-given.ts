/** A field that may be left out. Unlike `IsOptional`, which lets `null` through as well, it may not be `null`. */
import { ValidateIf } from 'class-validator';

export function IfGiven(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}
