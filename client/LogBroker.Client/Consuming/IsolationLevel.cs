namespace LogBroker.Client;

/// <summary>Which records of transactions are read (<c>isolation.level</c>).</summary>
public enum IsolationLevel
{
    /// <summary>All, those of open and aborted transactions too.</summary>
    ReadUncommitted,

    /// <summary>Only those of committed transactions, and those written outside of one.</summary>
    ReadCommitted,
}
