
// __extends
function Made() {
    var _newTarget = this && this instanceof Made ? this.constructor : void 0;
    return _newTarget === undefined ? 'called' : undefined;
}
var Abstract = /** @class */ (function () {
    function Abstract() {
        var _newTarget = this.constructor;
        say(_newTarget === Abstract);
    }
    return Abstract;
}());
var Concrete = /** @class */ (function (_super) {
    function Concrete() {
        return _super !== null && _super.apply(this, arguments) || this;
    }__extends(Concrete, _super);
    
    return Concrete;
}(Abstract));
say(Made(), typeof new Made());
new Abstract();
new Concrete();
