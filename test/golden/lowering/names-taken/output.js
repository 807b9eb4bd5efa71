
// __makeTemplateObject
function __awaiter(self, args, P, generator) {
  return new Promise(function (resolve, reject) {
    function step(isError, value) {
      var result;
      var failed = false;
      try {
        result = isError ? body['throw'](value) : body.next(value);
      } catch (error) {
        failed = true;
        result = error;
      }
      if (failed) reject(result);
      else if (result.done) resolve(result.value);
      else Promise.resolve(result.value).then(next, fail);
    }function next(value) {
      step(false, value);
    }function fail(reason) {
      step(true, reason);
    }var body = generator.apply(self, args || []);
    
    
    
    next();
  });
}
function __generator(self, body) {
  function sent() {
    if (arrived[0] === 1) throw arrived[1];
    return arrived[1];
  }function run() {
    var op = body.call(self, state);
    if (op[0] === 4) {
      state.label++;
      return { value: op[1], done: false };
    }
    if (op[0] === 5) {
      state.label++;
      inner = op[1];
      return [0, undefined];
    }
    return op;
  }function unwind(op) {
    var region = state.trys.length > 0 ? state.trys[state.trys.length - 1] : undefined;
    if (!region && op[0] !== 3) {
      over = true;
      return op[0] === 6 ? { failed: true, value: op[1] } : { value: op[1], done: true };
    }
    if (op[0] === 3 && (!region || (op[1] > region[0] && op[1] < region[3]))) {
      state.label = op[1];
      return run();
    }
    if (op[0] === 6 && region[1] !== undefined && state.label < region[1]) {
      state.label = region[1];
      arrived = op;
      return run();
    }
    if (region[2] !== undefined && state.label < region[2]) {
      state.label = region[2];
      state.ops.push(op);
      return run();
    }
    if (region[2] !== undefined) state.ops.pop();
    state.trys.pop();
    return op;
  }function delegate(op) {
    var from = inner;
    var method = op[0] === 2 ? from['return'] : op[0] === 1 ? from['throw'] : from.next;
    if (!method) {
      inner = undefined;
      if (op[0] === 1 && from['return']) from['return']();
      return op;
    }
    var result = method.call(from, op[1]);
    if (!result.done) return { value: result.value, done: false };
    inner = undefined;
    return [op[0] === 2 ? 2 : 0, result.value];
  }function turn(op) {
    if (inner) {
      op = delegate(op);
      if (!Array.isArray(op)) return op;
    }
    if (op[0] < 2) {
      arrived = op;
      return run();
    }
    if (op[0] === 7) {
      op = state.ops.pop();
      state.trys.pop();
      return op;
    }
    return unwind(op);
  }function step(op) {
    if (running) throw new TypeError('Generator is already running');
    if (fresh && op[0] > 0) over = true;
    fresh = false;
    if (over) {
      if (op[0] === 1) throw op[1];
      return { value: op[0] === 2 ? op[1] : undefined, done: true };
    }
    running = true;
    while (Array.isArray(op)) {
      try {
        op = turn(op);
      } catch (error) {
        inner = undefined;
        op = [6, error];
      }
    }
    running = false;
    if (op.failed) throw op.value;
    return op;
  }var state = { label: 0, sent: sent, trys: [], ops: [] };
  var arrived = [0, undefined];
  var inner;
  var fresh = true;
  var over = false;
  var running = false;
  
  
  
  
  
  
  return {
    next: function (value) {
      return step([0, value]);
    },
    'throw': function (error) {
      return step([1, error]);
    },
    'return': function (value) {
      return step([2, value]);
    }
  };
}
function run() {
    return __awaiter(this, void 0, void 0, function () {
        var _loop_1, _i, _a, i;
        return __generator(this, function (_b) {
            switch (_b.label) {
                case 0:
                    _loop_1 = function (i) {
                        var _caught_1, e_1;
                        return __generator(this, function (_c) {
                            switch (_c.label) {
                                case 0:
                                    _c.trys.push([0, 2, , 3]);
                                    return [4 /*yield*/, Promise.reject(i)];
                                case 1:
                                    _c.sent();
                                    return [3 /*break*/, 3];
                                case 2:
                                    _caught_1 = _c.sent();
                                    e_1 = _caught_1;
                                    say((function () { return e_1 + _caught; })());
                                    return [3 /*break*/, 3];
                                case 3: return [2 /*return*/];
                            }
                        });
                    };
                    _i = 0, _a = [1, 2];
                    _b.label = 1;
                case 1:
                    if (!(_i < _a.length)) return [3 /*break*/, 4];
                    i = _a[_i];
                    return [5 /*yield**/, _loop_1(i)];
                case 2:
                    _b.sent();
                    _b.label = 3;
                case 3:
                    _i++;
                    return [3 /*break*/, 1];
                case 4: return [2 /*return*/];
            }
        });
    });
}var __template_1;
var _arguments = 'arguments', _caught = 'caught', __template1 = 'template', A_prototype = 'prototype';
var A = /** @class */ (function () {
    function A() {
    }
var A_prototype_ = A.prototype;
    A_prototype_.m = function () { return A_prototype; };
    A_prototype_.n = function () { var _arguments_ = arguments; return [function () { return _arguments_[0] + _arguments; }].map(function (f) { return f(); })[0]; };
    return A;
}());
say(new A().m(), new A().n(1), (function (strings) { return strings[0] + __template1; })(__template_1 || (__template_1 = __makeTemplateObject(["tag "], ["tag "]))));

run();
