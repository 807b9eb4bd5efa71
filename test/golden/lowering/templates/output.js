var name = 'world';
var nested = function (x) { return "<".concat(x, ">"); };
say("hello ".concat(name, ", ").concat(1 + 1, " ").concat(nested("in ".concat(name))), "a\nb", "${name} `");
