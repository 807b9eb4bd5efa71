
// __extends
// __errorBase
var Wrong = /** @class */ (function (_super) {
    function Wrong() {
        return _super !== null && _super.apply(this, arguments) || this;
    }__extends(Wrong, _super);
    
    return Wrong;
}(__errorBase(TypeError, "TypeError")));
var wrong = new Wrong('no');
say(wrong instanceof Wrong, wrong instanceof TypeError, wrong instanceof Error, wrong.name, String(wrong), Object.keys(wrong).length);
