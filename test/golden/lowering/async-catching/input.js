const failing = async (why) => { await null; throw new Error(why); };
(async () => {
  try { await failing('one'); say('never'); } catch (error) { say('caught ' + error.message); }
  try { await Promise.reject('two'); } catch (reason) { say('caught ' + reason); } finally { say('finally'); }
  await failing('three').catch((error) => say('by catch ' + error.message));
  try { try { await failing('four'); } finally { await null; say('inner finally'); } } catch (error) { say('outer ' + error.message); }
  return 'end';
})().then(say);
