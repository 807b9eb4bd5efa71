function helper() { return 'content'; }var Box = /** @class */ (function () {
    function Box() {
    }
var Box_prototype = Box.prototype;
    Box_prototype.open = function () {
        function wrap(text) { return '<' + text + '>'; }return wrap(this.value());
        
    };
    Box_prototype.value = function () { return helper(); };
    return Box;
}());

say(new Box().open());
