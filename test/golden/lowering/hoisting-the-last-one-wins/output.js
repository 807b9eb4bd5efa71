function twice() { return 'one'; }function twice() { return 'two'; }say(twice());


