function* careful() {
  for (;;) {
    try { yield 'waiting'; return 'ended'; }
    catch (error) { say('caught ' + error); if (error === 'stop') return 'stopped'; }
    finally { say('finally'); }
  }
}
const g = careful();
g.next();
say(JSON.stringify(g.throw('first')), JSON.stringify(g.throw('stop')), JSON.stringify(g.next()));
const h = careful();
h.next();
say(JSON.stringify(h.return('early')), JSON.stringify(h.next()));
try { careful().throw(new Error('before the start')); } catch (error) { say(error.message); }
function* failing() { yield 1; throw new Error('inside'); }
try { for (const v of failing()) say(v); } catch (error) { say(error.message); }
