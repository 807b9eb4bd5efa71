
// __extends
// __errorBase
{
    var TypeError = /** @class */ (function () {
        function TypeError() {
            this.mine = true;
        }
        return TypeError;
    }());
    var Special = /** @class */ (function (_super) {
        function Special() {
            return _super !== null && _super.apply(this, arguments) || this;
        }__extends(Special, _super);
        
        return Special;
    }(TypeError));
    var special = new Special();
    say(special.mine, special instanceof TypeError, special instanceof Error);
}
var Outside = /** @class */ (function (_super) {
    function Outside() {
        return _super !== null && _super.apply(this, arguments) || this;
    }__extends(Outside, _super);
    
    return Outside;
}(__errorBase(TypeError, "TypeError")));
say(new Outside('o') instanceof TypeError, String(new Outside('o')));
var subclass = function (Error) { return /** @class */ (function (_super) {
    function class_1() {
        return _super !== null && _super.apply(this, arguments) || this;
    }__extends(class_1, _super);
    
    return class_1;
}(Error)); };
var Base = /** @class */ (function () {
    function Base() {
        this.b = 2;
    }
    return Base;
}());
say(new (subclass(Base))().b);
