const f = async (how) => {
  try { if (how) return await Promise.resolve('try'); throw new Error('x'); }
  catch (error) { return await Promise.resolve('catch ' + error.message); }
  finally { await null; say('finally ' + how); }
};
f(true).then(say);
f(false).then(say);
