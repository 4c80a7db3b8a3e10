'use strict';

// util.parseArgs: arguments to tokens, tokens to values.
// https://nodejs.org/docs/latest-v24.x/api/util.html#utilparseargsconfig

const {
  ERR_INVALID_ARG_VALUE,
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE,
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL,
  ERR_PARSE_ARGS_UNKNOWN_OPTION,
} = require('runtime/errors');
const {
  validateArray,
  validateBoolean,
  validateBooleanArray,
  validateObject,
  validateString,
  validateStringArray,
  validateUnion,
} = require('runtime/validators');

const has = Object.hasOwn;

/** The arguments behind the script, or behind the executable where code came from the command line. */
function programArguments() {
  const { argv, execArgv } = process;
  const isEvaluated = execArgv.some((each) => /^(?:-e|-p|-pe|--eval|--print)(?:=|$)/.test(each));
  return argv.slice(isEvaluated ? 1 : 2);
}

function validateDefault(value, name, type, multiple) {
  if (type === 'string') (multiple ? validateStringArray : validateString)(value, name);
  else (multiple ? validateBooleanArray : validateBoolean)(value, name);
}

function validateOptions(options) {
  validateObject(options, 'options');
  for (const [long, option] of Object.entries(options)) {
    const name = `options.${long}`;
    validateObject(option, name);
    validateUnion(has(option, 'type') ? option.type : undefined, `${name}.type`, [
      'string',
      'boolean',
    ]);
    if (has(option, 'short')) {
      validateString(option.short, `${name}.short`);
      if (option.short.length !== 1) {
        throw new ERR_INVALID_ARG_VALUE(
          `${name}.short`,
          option.short,
          'must be a single character',
        );
      }
    }
    const multiple = has(option, 'multiple') && option.multiple;
    if (has(option, 'multiple')) validateBoolean(option.multiple, `${name}.multiple`);
    if (has(option, 'default') && option.default !== undefined) {
      validateDefault(option.default, `${name}.default`, option.type, multiple);
    }
  }
}

/** Splits arguments into tokens: options, positionals, and the -- between them. */
class Tokenizer {
  #options;
  #longOf = new Map();
  #tokens = [];

  constructor(options) {
    this.#options = options;
    for (const [long, option] of Object.entries(options)) {
      // Of options that share a letter, the first has it.
      if (has(option, 'short') && !this.#longOf.has(option.short)) {
        this.#longOf.set(option.short, long);
      }
    }
  }

  #takesValue(long) {
    return has(this.#options, long) && this.#options[long].type === 'string';
  }

  tokenize(args) {
    for (let index = 0; index < args.length; index++) {
      const argument = args[index];
      if (argument === '--') {
        this.#tokens.push({ kind: 'option-terminator', index });
        for (let i = index + 1; i < args.length; i++) this.#positional(i, args[i]);
        break;
      }
      if (typeof argument !== 'string' || argument.length < 2 || argument[0] !== '-') {
        this.#positional(index, argument);
      } else if (argument.startsWith('--')) {
        index = this.#long(args, index);
      } else {
        index = this.#shorts(args, index);
      }
    }
    return this.#tokens;
  }

  #positional(index, value) {
    this.#tokens.push({ kind: 'positional', index, value });
  }

  #option(name, rawName, index, value, inlineValue) {
    this.#tokens.push({ kind: 'option', name, rawName, index, value, inlineValue });
  }

  /** --name, --name=value or --name value; returns the index of the last argument used. */
  #long(args, index) {
    const argument = args[index];
    const equals = argument.indexOf('=', 3);
    if (equals !== -1) {
      const name = argument.slice(2, equals);
      this.#option(name, `--${name}`, index, argument.slice(equals + 1), true);
      return index;
    }
    return this.#withNextValue(argument.slice(2), argument, args, index);
  }

  #withNextValue(name, rawName, args, index) {
    const next = args[index + 1];
    if (this.#takesValue(name) && next != null) {
      this.#option(name, rawName, index, next, false);
      return index + 1;
    }
    this.#option(name, rawName, index, undefined, undefined);
    return index;
  }

  /** -a, -abc (three options) or -afile (an option with its value). */
  #shorts(args, index) {
    const argument = args[index];
    for (let i = 1; i < argument.length; i++) {
      const short = argument[i];
      const name = this.#longOf.get(short) ?? short;
      const rest = argument.slice(i + 1);
      if (rest === '') return this.#withNextValue(name, `-${short}`, args, index);
      if (this.#takesValue(name)) {
        this.#option(name, `-${short}`, index, rest, true);
        return index;
      }
      this.#option(name, `-${short}`, index, undefined, undefined);
    }
    return index;
  }
}

/** Throws where a token is no use of a known option. */
function requireKnownUse(config, token) {
  const { options, allowPositionals } = config;
  if (!has(options, token.name)) {
    throw new ERR_PARSE_ARGS_UNKNOWN_OPTION(token.rawName, allowPositionals);
  }
  const { short, type } = options[token.name];
  const shown = `${has(options[token.name], 'short') ? `-${short}, ` : ''}--${token.name}`;
  if (type === 'string' && typeof token.value !== 'string') {
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${shown} <value>' argument missing`);
  }
  if (type === 'boolean' && token.value != null) {
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${shown}' does not take an argument`);
  }
}

/** Throws where an option's value looks like the next option. */
function requireClearValue(token) {
  const { inlineValue, value, rawName, name } = token;
  if (inlineValue || typeof value !== 'string' || value.length < 2 || value[0] !== '-') return;
  const example = rawName.startsWith('--')
    ? `'${rawName}=-XYZ'`
    : `'--${name}=-XYZ' or '${rawName}-XYZ'`;
  throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(
    `Option '${rawName}' argument is ambiguous.\n` +
      `Did you forget to specify the option argument for '${rawName}'?\n` +
      `To specify an option argument starting with a dash use ${example}.`,
  );
}

/**
 * For --no-name: turns the token into one of `name`; returns whether it did. Where options are checked
 * and it is none itself, `name` must be a boolean one.
 */
function takeNegation(config, token) {
  if (!config.allowNegative || !token.name.startsWith('no-')) return false;
  const positive = token.name.slice(3);
  const { options, strict } = config;
  if (strict && !has(options, token.name)) {
    if (!has(options, positive) || options[positive].type !== 'boolean') return false;
  } else if (token.value !== undefined) {
    return false;
  }
  token.name = positive;
  return true;
}

function store(config, values, name, value) {
  // A parsed name must not reach the prototype.
  if (name === '__proto__') return;
  if (has(config.options, name) && config.options[name].multiple) {
    values[name] ??= [];
    values[name].push(value);
  } else {
    values[name] = value;
  }
}

/** Parses command-line arguments by a description of the options. */
function parseArgs(config = {}) {
  const own = (key, fallback) =>
    has(config, key) && config[key] !== undefined ? config[key] : fallback;
  const args = own('args', undefined) ?? programArguments();
  const strict = own('strict', true);
  const settings = {
    options: own('options', { __proto__: null }),
    strict,
    allowPositionals: own('allowPositionals', !strict),
    allowNegative: own('allowNegative', false),
  };
  const returnTokens = own('tokens', false);
  validateArray(args, 'args');
  validateBoolean(strict, 'strict');
  validateBoolean(settings.allowPositionals, 'allowPositionals');
  validateBoolean(returnTokens, 'tokens');
  validateBoolean(settings.allowNegative, 'allowNegative');
  validateOptions(settings.options);

  const tokens = new Tokenizer(settings.options).tokenize(args);
  const values = { __proto__: null };
  const result = { values, positionals: [] };
  if (returnTokens) result.tokens = tokens;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (!settings.allowPositionals) throw new ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(token.value);
      result.positionals.push(token.value);
    } else if (token.kind === 'option') {
      const isKnown = has(settings.options, token.name);
      if (strict && isKnown) requireKnownUse(settings, token);
      const isNegated = takeNegation(settings, token);
      if (strict) {
        if (!isKnown) requireKnownUse(settings, token);
        requireClearValue(token);
      }
      store(settings, values, token.name, isNegated ? false : (token.value ?? true));
    }
  }
  for (const [name, option] of Object.entries(settings.options)) {
    if (has(option, 'default') && option.default !== undefined && values[name] === undefined) {
      if (name !== '__proto__') values[name] = option.default;
    }
  }
  return result;
}

module.exports = { parseArgs };
