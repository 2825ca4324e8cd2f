import * as z from 'zod';
import { normalizeEmail } from '../../accounts/email.ts';
import { tellsSecret } from '../../keys/redaction.ts';

/** An email address, normalised; of any other text the message says what it should have been. */
export const address = (message: string) =>
  z.string().transform((text, context) => {
    const normalized = normalizeEmail(text);
    if (normalized) return normalized;
    context.issues.push({ code: 'custom', input: text, message });
    return z.NEVER;
  });

/** An email address, normalised. */
export const email = address('Invalid email: expected an address such as ada@example.com, 254 bytes at most').meta({
  description: 'Email address, case-insensitive. In a path it is percent-encoded.',
  example: 'ada@example.com',
});

/** None of a suspended account's keys is accepted. */
export const accountStatus = z.enum(['active', 'suspended']);

/** An instant, in ISO 8601 with a zone. */
export const instant = z.iso.datetime({ offset: true, abort: true }).meta({ example: '2026-11-23T12:00:00.000Z' });

export const keyId = z.string().regex(/^[0-9A-Z]{26}$/, 'Invalid keyId: expected 26 characters of 0-9 and A-Z');

/** Text for people: no control characters, well-formed, and no secret, which would be stored with it. */
export const label = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(
      (text) => text.isWellFormed() && !/\p{Cc}/u.test(text),
      'Invalid text: expected well-formed text without control characters',
    )
    .refine((text) => !tellsSecret(text), 'Invalid text: expected no API key');

/** The client's own name of a request, by which a repeat of it is known. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'Invalid Idempotency-Key: expected 1 to 255 visible ASCII characters')
  .optional()
  .meta({ description: 'A repeat with the same one within 24 hours does nothing more.' });
