const make = (greeting) => class { hello() { return greeting + this.who; } };
class Who extends make('hi ') { who = 'you'; }
say(new Who().hello(), new (make('x'))().hello === undefined);
