
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
// __values
// __read
// __spreadArray
function collect() {
    return __awaiter(this, void 0, void 0, function () {
        var kept, _loop_1, _a, _b, x, e_1_1;
        var e_1, _c;
        return __generator(this, function (_d) {
            switch (_d.label) {
                case 0:
                    kept = [];
                    _loop_1 = function (x) {
                        var _caught_1, error_1;
                        return __generator(this, function (_e) {
                            switch (_e.label) {
                                case 0:
                                    _e.trys.push([0, 2, , 3]);
                                    return [4 /*yield*/, Promise.reject(x)];
                                case 1:
                                    _e.sent();
                                    return [3 /*break*/, 3];
                                case 2:
                                    _caught_1 = _e.sent();
                                    error_1 = _caught_1;
                                    kept.push(function () { return error_1; });
                                    return [3 /*break*/, 3];
                                case 3: return [2 /*return*/];
                            }
                        });
                    };
                    _d.label = 1;
                case 1:
                    _d.trys.push([1, 6, 7, 8]);
                    _a = __values([1, 2, 3]), _b = _a.next();
                    _d.label = 2;
                case 2:
                    if (!!_b.done) return [3 /*break*/, 5];
                    x = _b.value;
                    return [5 /*yield**/, _loop_1(x)];
                case 3:
                    _d.sent();
                    _d.label = 4;
                case 4:
                    _b = _a.next();
                    return [3 /*break*/, 2];
                case 5: return [3 /*break*/, 8];
                case 6:
                    e_1_1 = _d.sent();
                    e_1 = { error: e_1_1 };
                    return [3 /*break*/, 8];
                case 7:
                    try {
                        if (_b && !_b.done && (_c = _a.return)) _c.call(_a);
                    }
                    finally { if (e_1) throw e_1.error; }
                    return [7 /*endfinally*/];
                case 8: return [2 /*return*/, kept.map(function (f) { return f(); }).join()];
            }
        });
    });
}
function turns() {
    var kept, n, _loop_2;
    return __generator(this, function (_a) {
        switch (_a.label) {
            case 0:
                kept = [];
                n = 0;
                _loop_2 = function () {
                    var _caught_2, error_2;
                    return __generator(this, function (_b) {
                        switch (_b.label) {
                            case 0:
                                _b.trys.push([0, 1, , 3]);
                                throw n++;
                            case 1:
                                _caught_2 = _b.sent();
                                error_2 = _caught_2;
                                return [4 /*yield*/, error_2];
                            case 2:
                                _b.sent();
                                kept.push(function () { return error_2; });
                                return [3 /*break*/, 3];
                            case 3: return [2 /*return*/];
                        }
                    });
                };
                _a.label = 1;
            case 1:
                if (!(n < 2)) return [3 /*break*/, 3];
                return [5 /*yield**/, _loop_2()];
            case 2:
                _a.sent();
                return [3 /*break*/, 1];
            case 3: return [4 /*yield*/, kept.map(function (f) { return f(); }).join()];
            case 4:
                _a.sent();
                return [2 /*return*/];
        }
    });
}
collect().then(function (text) { return say(text); });
say(__spreadArray([], __read(turns()), false).join(';'));
