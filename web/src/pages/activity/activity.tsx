import { Card, Select, Stack, Text, Timeline } from '@mantine/core';
import { useState } from 'react';
import { useAccount } from '../../account.tsx';
import { type EventEntry, useEvents, useKeys } from '../../api/queries.ts';
import { formatTime } from '../../parts/format.ts';
import { More } from '../../parts/more.tsx';
import { Empty, Page } from '../../parts/page.tsx';
import { QueryState } from '../../parts/query-state.tsx';
import { sentenceOf, TYPES } from './sentence.ts';

/** Who did what, when and from where. */
export default function Activity() {
  const { email } = useAccount();
  const [type, setType] = useState<EventEntry['type']>();
  const events = useEvents(email, type);
  const keys = useKeys(email, { includeRevoked: true });
  const names = new Map(keys.data?.keys.map(({ keyId, name }) => [keyId, name]));
  return (
    <Page
      title="Activity"
      lead="Who did what, when and from where."
      actions={
        <Select
          aria-label="Type of event"
          placeholder="All events"
          clearable
          comboboxProps={{ withinPortal: false }}
          // The list itself scrolls, as the keys of the field move in it.
          withScrollArea={false}
          styles={{ options: { maxHeight: 280, overflowY: 'auto' } }}
          clearButtonProps={{ 'aria-label': 'All events' }}
          data={TYPES}
          value={type ?? null}
          onChange={(value) => setType((value ?? undefined) as EventEntry['type'] | undefined)}
        />
      }
    >
      <QueryState query={events} rows={8}>
        {({ pages }) => {
          const entries = pages.flatMap(({ entries: some }) => some);
          return (
            <Card withBorder>
              <Stack>
                {entries.length === 0 ? (
                  <Empty title={emptyTitle(type, events.hasNextPage)} />
                ) : (
                  <Timeline bulletSize={12} lineWidth={2} active={entries.length}>
                    {entries.map((event) => (
                      <Entry key={event.eventId} event={event} keyName={names.get(event.keyId ?? '')} />
                    ))}
                  </Timeline>
                )}
                <More of={events}>Older events</More>
              </Stack>
            </Card>
          );
        }}
      </QueryState>
    </Page>
  );
}

/** A page of one type may be empty, and older ones not. */
function emptyTitle(type: EventEntry['type'] | undefined, goesOn: boolean): string {
  if (!type) return 'Nothing has happened yet';
  return goesOn ? `No event of type ${type} among the newest` : `No event of type ${type}`;
}

function Entry({ event, keyName }: { event: EventEntry; keyName: string | undefined }) {
  const { at, actor, type, keyId } = event;
  const who = actor.email || (actor.ip ? 'a caller' : 'the service');
  return (
    <Timeline.Item title={<span className="name">{sentenceOf(event)}</span>}>
      <Text size="sm" c="dimmed">
        <time dateTime={at}>{formatTime(at)}</time>
        {` by ${who}${actor.ip ? ` from ${actor.ip}` : ''}`}
      </Text>
      {keyName ? (
        <Text size="sm" c="dimmed" className="name">
          {`Key: ${keyName}`}
        </Text>
      ) : null}
      <Text size="xs" c="dimmed" ff="monospace">
        {type}
        {keyId ? ` ${keyId}` : ''}
      </Text>
    </Timeline.Item>
  );
}
