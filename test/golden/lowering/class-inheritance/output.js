
// __extends
var Shape = /** @class */ (function () {
    function Shape(sides) {
        this.sides = sides;
    }
    Shape.prototype.describe = function () { return 'shape of ' + this.sides; };
    Shape.make = function () { return new this(4); };
    return Shape;
}());
var Square = /** @class */ (function (_super) {
    function Square(size) {
        if (size === void 0) { size = 4; }
        var _this = _super.call(this, size) || this;
        _this.kind = 'square';
        return _this;
    }__extends(Square, _super);
    
    Square.prototype.describe = function () { return this.kind + ': ' + _super.prototype.describe.call(this); };
    return Square;
}(Shape));
var Special = /** @class */ (function (_super) {
    function Special() {
        return _super !== null && _super.apply(this, arguments) || this;
    }__extends(Special, _super);
    
    Special.prototype.describe = function () { return '[' + _super.prototype.describe.call(this) + ']'; };
    return Special;
}(Square));
var one = new Special();
say(one.describe(), one instanceof Shape, one instanceof Square, Object.getPrototypeOf(one) === Special.prototype);
say(Special.make().describe(), one.constructor === Special);
