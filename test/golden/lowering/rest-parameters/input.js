function tail(first, ...rest) { return first + ':' + rest.join() + ':' + rest.length; }
say(tail(1), tail(1, 2), tail(1, 2, 3), ((...all) => all.length)(), tail());
