
// __makeTemplateObject
var __template1, __template2;
var tag = function (parts) {
    var values = [];
    for (var _i = 1; _i < arguments.length; _i++) {
        values[_i - 1] = arguments[_i];
    }
    return parts.map(function (part, i) { var _a; return part + ((_a = values[i]) !== null && _a !== void 0 ? _a : ''); }).join('|') + parts.raw.join('#');
};
say(tag(__template1 || (__template1 = __makeTemplateObject(["a", "b\x0a", ""], ["a", "b\\n", ""])), (1), ('two')), tag(__template2 || (__template2 = __makeTemplateObject(["plain"], ["plain"]))));
