
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
function careful() {
    var error_1;
    return __generator(this, function (_a) {
        switch (_a.label) {
            case 0:
                _a.trys.push([0, 2, 3, 4]);
                return [4 /*yield*/, 'waiting'];
            case 1:
                _a.sent();
                return [2 /*return*/, 'ended'];
            case 2:
                error_1 = _a.sent();
                say('caught ' + error_1);
                if (error_1 === 'stop')
                    return [2 /*return*/, 'stopped'];
                return [3 /*break*/, 4];
            case 3:
                say('finally');
                return [7 /*endfinally*/];
            case 4: return [3 /*break*/, 0];
            case 5: return [2 /*return*/];
        }
    });
}function failing() { return __generator(this, function (_a) {
    switch (_a.label) {
        case 0: return [4 /*yield*/, 1];
        case 1:
            _a.sent();
            throw new Error('inside');
    }
}); }var e_1, _a;

var g = careful();
g.next();
say(JSON.stringify(g.throw('first')), JSON.stringify(g.throw('stop')), JSON.stringify(g.next()));
var h = careful();
h.next();
say(JSON.stringify(h.return('early')), JSON.stringify(h.next()));
try {
    careful().throw(new Error('before the start'));
}
catch (error) {
    say(error.message);
}

try {
    try {
        for (var _b = __values(failing()), _c = _b.next(); !_c.done; _c = _b.next()) {
            var v = _c.value;
            say(v);
        }
    }
    catch (e_1_1) { e_1 = { error: e_1_1 }; }
    finally {
        try {
            if (_c && !_c.done && (_a = _b.return)) _a.call(_b);
        }
        finally { if (e_1) throw e_1.error; }
    }
}
catch (error) {
    say(error.message);
}
