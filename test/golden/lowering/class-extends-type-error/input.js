class Wrong extends TypeError {}
const wrong = new Wrong('no');
say(wrong instanceof Wrong, wrong instanceof TypeError, wrong instanceof Error, wrong.name, String(wrong), Object.keys(wrong).length);
