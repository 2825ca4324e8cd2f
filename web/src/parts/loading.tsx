import { Center, Loader } from '@mantine/core';

/** A page that is on its way. */
export const Loading = () => (
  <Center py="xl" role="status" aria-label="Loading">
    <Loader />
  </Center>
);
