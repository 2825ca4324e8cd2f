import { Button, Code, CopyButton, Group } from '@mantine/core';
import { ScrollRegion } from './scroll-region.tsx';

/** Text to be taken elsewhere. */
export function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <Group wrap="nowrap" align="start" gap="xs">
      <ScrollRegion type="auto" flex={1} name={{ 'aria-label': label }}>
        <Code block style={{ whiteSpace: 'pre', overflow: 'visible', width: 'max-content', minWidth: '100%' }}>
          {text}
        </Code>
      </ScrollRegion>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy} aria-label={`Copy ${label}`}>
            <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
