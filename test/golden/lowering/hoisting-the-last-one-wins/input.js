say(twice());
function twice() { return 'one'; }
function twice() { return 'two'; }
