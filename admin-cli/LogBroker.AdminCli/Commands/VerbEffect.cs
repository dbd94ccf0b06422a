namespace LogBroker.AdminCli.Commands;

/// <summary>What a verb does to the cluster, or to the profiles.</summary>
internal enum VerbEffect
{
    /// <summary>It only looks.</summary>
    None,

    /// <summary>It adds, or chooses: nothing that was there is lost by it.</summary>
    Adds,

    /// <summary>Something that was there is lost, or cannot be taken back: on a profile marked production it asks first.</summary>
    Destroys,
}
