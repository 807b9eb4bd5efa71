function first() { return 'first ' + later(); }function later() { return 'later'; }say(first(), second);
var second = 'assigned';
say(second, typeof first, typeof later);


