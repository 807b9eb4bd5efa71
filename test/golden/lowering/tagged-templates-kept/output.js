
// __makeTemplateObject
function Maker() {
    return function () { this.made = true; };
}var __template1, __template2, __template3, __template4, __template5, __template6, __template7, __template8, __template9;
var tag = function (strings) {
    var values = [];
    for (var _i = 1; _i < arguments.length; _i++) {
        values[_i - 1] = arguments[_i];
    }
    return strings.raw.join('|') + '#' + strings.join('|') + '#' + values.join();
};
say(tag(__template1 || (__template1 = __makeTemplateObject(["gr\xc3\xbcn ", "\xc3\xa9\x0a", ""], ["gr\xc3\xbcn ", "\xc3\xa9\\n", ""])), (1), (2, 3)));
var same = function (strings) { return strings; };
var site = function () { return same(__template2 || (__template2 = __makeTemplateObject(["x"], ["x"]))); };
say(site() === site(), site() === same(__template3 || (__template3 = __makeTemplateObject(["x"], ["x"]))));
var object = { p: 'P', tag: function (strings) { return this.p + strings[0]; } };
say(object.tag(__template4 || (__template4 = __makeTemplateObject(["own"], ["own"]))), object['tag'](__template5 || (__template5 = __makeTemplateObject(["computed"], ["computed"]))));
say(tag(__template6 || (__template6 = __makeTemplateObject(["a", "d"], ["a", "d"])), (tag(__template7 || (__template7 = __makeTemplateObject(["b", ""], ["b", ""])), ('c')))));
say((function (strings) { return strings[0] === undefined && strings.raw[0]; })(__template8 || (__template8 = __makeTemplateObject([void 0], ["\\unicode"]))));

say(new ((Maker(__template9 || (__template9 = __makeTemplateObject(["x"], ["x"])))))().made);
