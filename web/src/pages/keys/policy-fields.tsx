import { SimpleGrid, Textarea, TextInput } from '@mantine/core';
import type { Plan } from '../../api/queries.ts';
import { placeholdersOf } from './placeholders.ts';
import type { PolicyForm } from './policy-form.ts';

/** The fields by which a key's policy is filled in. */
export function PolicyFields({
  form,
  plan,
  errors,
  onChange,
}: {
  form: PolicyForm;
  plan: Plan | undefined;
  errors: Readonly<Record<string, string>>;
  onChange: (form: PolicyForm) => void;
}) {
  const field = (name: keyof PolicyForm) => ({
    value: form[name],
    error: errors[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onChange({ ...form, [name]: currentTarget.value }),
  });
  const placeholders = placeholdersOf(plan);
  const count = { type: 'number', min: 1, step: 1, inputMode: 'numeric' } as const;
  return (
    <>
      <TextInput label="Name" placeholder="default" maxLength={100} data-autofocus {...field('name')} />
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <TextInput label="Calls a minute" placeholder={placeholders.perMinute} {...count} {...field('perMinute')} />
        <TextInput label="Calls a day" placeholder={placeholders.perDay} {...count} {...field('perDay')} />
        <TextInput label="Credits a day" placeholder="no cap" {...count} {...field('dailyCredits')} />
      </SimpleGrid>
      <Textarea
        label="Allowed addresses"
        description="IPv4, IPv6 or CIDR, one a line; none allows all."
        autosize
        minRows={2}
        {...field('allowedIps')}
      />
      <Textarea
        label="Scopes"
        description="Such as orders:read, one a line."
        autosize
        minRows={2}
        {...field('scopes')}
      />
    </>
  );
}
