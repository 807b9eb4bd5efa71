
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
var failing = function (why) { return __awaiter(void 0, void 0, void 0, function () { return __generator(this, function (_a) {
    switch (_a.label) {
        case 0: return [4 /*yield*/, null];
        case 1:
            _a.sent();
            throw new Error(why);
    }
}); }); };
(function () { return __awaiter(void 0, void 0, void 0, function () {
    var error_1, reason_1, error_2;
    return __generator(this, function (_a) {
        switch (_a.label) {
            case 0:
                _a.trys.push([0, 2, , 3]);
                return [4 /*yield*/, failing('one')];
            case 1:
                _a.sent();
                say('never');
                return [3 /*break*/, 3];
            case 2:
                error_1 = _a.sent();
                say('caught ' + error_1.message);
                return [3 /*break*/, 3];
            case 3:
                _a.trys.push([3, 5, 6, 7]);
                return [4 /*yield*/, Promise.reject('two')];
            case 4:
                _a.sent();
                return [3 /*break*/, 7];
            case 5:
                reason_1 = _a.sent();
                say('caught ' + reason_1);
                return [3 /*break*/, 7];
            case 6:
                say('finally');
                return [7 /*endfinally*/];
            case 7: return [4 /*yield*/, failing('three').catch(function (error) { return say('by catch ' + error.message); })];
            case 8:
                _a.sent();
                _a.label = 9;
            case 9:
                _a.trys.push([9, 15, , 16]);
                _a.label = 10;
            case 10:
                _a.trys.push([10, , 12, 14]);
                return [4 /*yield*/, failing('four')];
            case 11:
                _a.sent();
                return [3 /*break*/, 14];
            case 12: return [4 /*yield*/, null];
            case 13:
                _a.sent();
                say('inner finally');
                return [7 /*endfinally*/];
            case 14: return [3 /*break*/, 16];
            case 15:
                error_2 = _a.sent();
                say('outer ' + error_2.message);
                return [3 /*break*/, 16];
            case 16: return [2 /*return*/, 'end'];
        }
    });
}); })().then(say);
