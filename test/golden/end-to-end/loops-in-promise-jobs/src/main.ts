async function forever(): Promise<void> {
  for (;;) await undefined;
}

forever();
