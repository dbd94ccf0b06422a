using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Client;

/// <summary>What a call about several items gave: a value or a failure for each.</summary>
/// <typeparam name="TKey">What names an item.</typeparam>
/// <typeparam name="TValue">What was asked about it.</typeparam>
public sealed class AdminResults<TKey, TValue>
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _values = [];
    private readonly Dictionary<TKey, KafkaException> _failures = [];
    private readonly string _what;

    internal AdminResults(string what) => _what = what;

    /// <summary>What failed, and why.</summary>
    public IReadOnlyDictionary<TKey, KafkaException> Failures => _failures;

    /// <summary>What did not fail.</summary>
    public IReadOnlyDictionary<TKey, TValue> Values => _values;

    /// <summary>The value of an item.</summary>
    /// <exception cref="KafkaException">It failed.</exception>
    /// <exception cref="KeyNotFoundException">It was not asked about.</exception>
    public TValue this[TKey key] => _failures.TryGetValue(key, out var failure) ? throw failure : _values[key];

    /// <summary>The value of an item; false when it failed or was not asked about.</summary>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    /// <exception cref="KafkaException">The failure, when one item failed and it was the only one.</exception>
    /// <exception cref="PartialFailureException">Some or all of several items failed.</exception>
    public void ThrowIfAnyFailed()
    {
        if (_failures.Count == 0) return;
        if (_failures.Count == 1 && _values.Count == 0) throw _failures.Values.Single();
        throw new PartialFailureException(
            _what, _failures.ToDictionary(failure => failure.Key.ToString() ?? "", failure => failure.Value));
    }

    internal void Add(ItemAnswer<TKey, TValue> answer)
    {
        if (answer.Failure is { } failure) _failures[answer.Key] = failure;
        else _values[answer.Key] = answer.Value!;
    }
}

/// <summary>One item's answer to one try.</summary>
internal readonly record struct ItemAnswer<TKey, TValue>(TKey Key, TValue? Value, KafkaException? Failure = null);
