
// __extends
var Base = /** @class */ (function () {
    function Base() {
    }
    Object.defineProperty(Base.prototype, "name", {
        get: function () { return 'base ' + this.id; }
    });
    return Base;
}());
var Derived = /** @class */ (function (_super) {
    function Derived() {
        var _this = _super !== null && _super.apply(this, arguments) || this;
        _this.id = 7;
        return _this;
    }__extends(Derived, _super);
    
    return Derived;
}(Base));
say(new Derived().name);
