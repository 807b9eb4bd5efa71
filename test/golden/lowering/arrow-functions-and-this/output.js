var object = { n: 1, later: function () {
        var _this = this;
        return [1, 2].map(function (x) { return x + _this.n; }).join();
    }, args: function () { var _arguments = arguments; return (function () { return _arguments[0]; })(); } };
say(object.later(), object.args('first'), (function (a) { return ({ a: a }); })(1).a);
