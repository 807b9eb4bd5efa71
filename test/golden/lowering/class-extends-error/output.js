
// __extends
// __errorBase
var Refused = /** @class */ (function (_super) {
    function Refused(code) {
        var _this = _super.call(this, 'refused with ' + code) || this;
        _this.name = 'Refused';
        _this.code = code;
        return _this;
    }__extends(Refused, _super);
    
    return Refused;
}(__errorBase(Error, "Error")));
var Worse = /** @class */ (function (_super) {
    function Worse() {
        return _super !== null && _super.apply(this, arguments) || this;
    }__extends(Worse, _super);
    
    Worse.prototype.worse = function () { return this.code + 1; };
    return Worse;
}(Refused));
try {
    throw new Worse(7);
}
catch (error) {
    say(String(error), error.code, error.worse(), error instanceof Refused, error instanceof Error, error.message, typeof error.stack);
}
