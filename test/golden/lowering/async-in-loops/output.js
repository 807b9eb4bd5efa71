(function () {
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
 return __awaiter(void 0, void 0, void 0, function () {
    var sum, i, _a, _i, _b, n, _c, m_1, _d;
    return __generator(this, function (_e) {
        switch (_e.label) {
            case 0:
                sum = 0;
                i = 0;
                _e.label = 1;
            case 1:
                if (!(i < 5)) return [3 /*break*/, 4];
                if (i === 1)
                    return [3 /*break*/, 3];
                if (i === 4)
                    return [3 /*break*/, 4];
                _a = sum;
                return [4 /*yield*/, Promise.resolve(i)];
            case 2:
                sum = _a + _e.sent();
                _e.label = 3;
            case 3:
                i++;
                return [3 /*break*/, 1];
            case 4:
                _i = 0, _b = [10, 20];
                _e.label = 5;
            case 5:
                if (!(_i < _b.length)) return [3 /*break*/, 11];
                n = _b[_i];
                _e.label = 6;
            case 6:
                _e.trys.push([6, 8, , 10]);
                if (n === 10)
                    throw n;
                _c = sum;
                return [4 /*yield*/, n];
            case 7:
                sum = _c + _e.sent();
                return [3 /*break*/, 10];
            case 8:
                m_1 = _e.sent();
                _d = sum;
                return [4 /*yield*/, (m_1 + 1)];
            case 9:
                sum = _d + _e.sent();
                return [3 /*break*/, 10];
            case 10:
                _i++;
                return [3 /*break*/, 5];
            case 11:
                if (!(sum < 100)) return [3 /*break*/, 13];
                return [4 /*yield*/, (sum * 2)];
            case 12:
                sum = _e.sent();
                return [3 /*break*/, 11];
            case 13:
                say(sum);
                return [2 /*return*/];
        }
    });
}); })();
