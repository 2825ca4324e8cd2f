import { Button, Center, Stack, Text, Title } from '@mantine/core';

/** The page could not be started: its configuration or the sign-in did not get through. */
export function StartError({ error }: { error: unknown }) {
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack align="center" role="alert" maw={480}>
        <Title order={1} size="h3">
          The dashboard could not be started
        </Title>
        <Text ta="center">{error instanceof Error ? error.message : String(error)}</Text>
        <Button onClick={() => window.location.assign('/')}>Try again</Button>
      </Stack>
    </Center>
  );
}
