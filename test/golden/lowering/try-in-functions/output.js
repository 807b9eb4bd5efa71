var trail = [];
var f = function (how) {
    try {
        if (how === 'throw')
            throw new Error('thrown');
        return 'returned';
    }
    catch (error) {
        trail.push(error.message);
        return 'caught';
    }
    finally {
        trail.push('finally ' + how);
    }
};
say(f('throw'), f('return'), trail.join());
