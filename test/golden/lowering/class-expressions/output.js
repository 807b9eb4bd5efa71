
// __extends
var make = function (greeting) { return /** @class */ (function () {
    function class_1() {
    }
    class_1.prototype.hello = function () { return greeting + this.who; };
    return class_1;
}()); };
var Who = /** @class */ (function (_super) {
    function Who() {
        var _this = _super !== null && _super.apply(this, arguments) || this;
        _this.who = 'you';
        return _this;
    }__extends(Who, _super);
    
    return Who;
}(make('hi ')));
say(new Who().hello(), new (make('x'))().hello === undefined);
